// A real Bluesky personal data server with its directory (PLC), on loopback, with a fresh database.
// Usage: node -r ./loopback.cjs pds.cjs PDS_PORT PLC_PORT. Prints one line of JSON when it is up; ends with stdin.
const { TestPds, TestPlc } = require("@atproto/dev-env");

async function main() {
  const [port, plcPort] = process.argv.slice(2).map(Number);
  const plc = await TestPlc.create({ port: plcPort });
  await TestPds.create({ didPlcUrl: plc.url, port, hostname: "localhost" });
  console.log(JSON.stringify({ url: `http://localhost:${port}`, plc: plc.url }));
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
