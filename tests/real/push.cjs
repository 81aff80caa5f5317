// The push service of `web-push-testing`, on loopback: it checks the signature and decrypts on its own.
// Usage: node -r ./loopback.cjs push.cjs PORT. Ends with stdin.
const Server = require("web-push-testing/src/server.js");
const { PushApiModel } = require("web-push-testing/src/PushApiModel.js");

new Server(new PushApiModel(), Number(process.argv[2])).startServer();
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
