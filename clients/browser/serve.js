// Serves the page, and hands its calls on to a Glimpse server, so that both have one origin:
// node serve.js --target localhost:8080 --port 8090

import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { parseArgs } from "node:util";

const FILES = new Map([
  ["/", ["index.html", "text/html; charset=utf-8"]],
  ["/main.js", ["dist/main.js", "text/javascript; charset=utf-8"]],
]);

/** Ends the program over an option that it cannot use. */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        target: { type: "string", default: "localhost:8080" },
        port: { type: "string", default: "8090" },
      },
    }).values;
  } catch (error) {
    return refuse(error.message.split("\n")[0]);
  }
}

const options = parseOptions();
const address = `http://${options.target}`;
if (/[/?#@]/.test(options.target) || !URL.canParse(address)) {
  refuse(`--target: ${options.target} (expected: host:port)`);
}
if (!(/^[0-9]{1,5}$/.test(options.port) && options.port <= 65535)) {
  refuse(`--port: ${options.port} (expected: a whole number 0..65535)`);
}
const target = new URL(address);

/** One call to the server, piece by piece in both directions; whoever leaves first takes the other along. */
function forward(incoming, outgoing) {
  // The path as it came: resolved, one like //elsewhere/ would name another server, or none.
  const call = request(target, { path: incoming.url, method: incoming.method, headers: incoming.headers });
  call.on("response", (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
    answer.on("error", () => outgoing.destroy());
  });
  call.on("error", () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  outgoing.on("close", () => call.destroy());
  incoming.pipe(call);
}

async function serve([path, type], outgoing) {
  try {
    const content = await readFile(new URL(path, import.meta.url));
    outgoing.writeHead(200, { "content-type": type }).end(content);
  } catch {
    outgoing.writeHead(404).end(`${path} is not there; npm run build makes it\n`);
  }
}

const server = createServer((incoming, outgoing) => {
  const file = FILES.get(incoming.url);
  if (incoming.method === "POST") {
    forward(incoming, outgoing);
  } else if (file) {
    serve(file, outgoing);
  } else {
    outgoing.writeHead(404).end();
  }
});
server.on("error", (error) => refuse(error.message));
server.listen(Number(options.port), "127.0.0.1", () => console.log(`page http://localhost:${server.address().port}/`));
