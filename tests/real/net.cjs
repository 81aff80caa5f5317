// A whole Bluesky network on loopback: directory, personal data server and the AppView that indexes it.
// Usage: DB_POSTGRES_URL=… REDIS_HOST=127.0.0.1:PORT node -r ./loopback.cjs net.cjs PDS_PORT. Ends with stdin.
const { TestNetwork } = require("@atproto/dev-env");

async function main() {
  const [port] = process.argv.slice(2).map(Number);
  const network = await TestNetwork.create({ dbPostgresSchema: "nod", pds: { port, hostname: "localhost" } });
  console.log(JSON.stringify({ url: network.pds.url }));
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
