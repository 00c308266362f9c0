// The realtime process of the bench: it holds the port and answers a health check. Nothing is pushed.
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const sites = path.resolve(__dirname, "..", "..", "sites");
const config = JSON.parse(fs.readFileSync(path.join(sites, "common_site_config.json"), "utf8"));
const port = config.socketio_port || 9000;

const server = http.createServer((request, response) => {
  const healthy = request.url === "/health";
  response.writeHead(healthy ? 200 : 404, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ message: healthy ? "ok" : "not found" }));
});

server.listen(port, "127.0.0.1", () => console.log(`Realtime service listening on: ws://127.0.0.1:${port}`));
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => server.close(() => process.exit(0)));
}
