// Generates pictures and saves every frame: node generate.js --target localhost:8080 --label Sneaker --out frames

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const beside = (path) => fileURLToPath(new URL(path, import.meta.url));

// The contract is read as it is; no code is generated. Numbers of 64 bits become texts, as a JavaScript number has 53.
const contract = protoLoader.loadSync(
  ["glimpse/v1/glimpse.proto", "google/rpc/status.proto", "google/rpc/error_details.proto"],
  { includeDirs: [beside("../../proto"), beside("../proto")], longs: String, enums: String, defaults: true, oneofs: true },
);
const { glimpse } = grpc.loadPackageDefinition(contract);

/** Ends the program over an option that cannot be sent. */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        target: { type: "string", default: "localhost:8080" },
        label: { type: "string" },
        steps: { type: "string", default: "4" },
        count: { type: "string", default: "1" },
        seed: { type: "string" },
        timeout: { type: "string", default: "60" },
        "cancel-after": { type: "string" },
        out: { type: "string", default: "frames" },
      },
    }).values;
  } catch (error) {
    return refuse(error.message.split("\n")[0]);
  }
}

const options = parseOptions();

/** The digits of an option; what is no number would be sent, mostly as 0. */
function digits(name, largest) {
  const value = options[name];
  if (value !== undefined && !(/^[0-9]{1,20}$/.test(value) && BigInt(value) <= largest)) {
    refuse(`--${name}: ${value} (expected: a whole number 0..${largest})`);
  }
  return value;
}

const request = {
  className: options.label,
  steps: Number(digits("steps", 2n ** 32n - 1n)),
  count: Number(digits("count", 2n ** 32n - 1n)),
  seed: digits("seed", 2n ** 64n - 1n),
};
const cancelAfter = Number(digits("cancel-after", 2n ** 32n - 1n));
const timeout = Number(options.timeout);
if (!(timeout > 0 && timeout <= 86400)) {
  refuse(`--timeout: ${options.timeout} (expected: seconds, more than 0, at most 86400)`);
}

/** Prints an event and saves its picture; returns how many frames it was, 0 or 1. */
function show({ event: kind, accepted, step, finished }) {
  if (kind === "accepted") {
    console.log(`model ${accepted.model}, seed ${accepted.seed}`);
  } else if (kind === "step") {
    const path = join(options.out, `${step.sample}-${step.last ? "final" : step.step}.png`);
    writeFileSync(path, step.image);
    const t = Number(step.t.toPrecision(3));
    console.log(`step ${step.step}: t = ${t}, ${(step.elapsedMicros / 1000).toFixed(1)} ms, ${path}`);
    return 1;
  } else if (kind === "finished") {
    console.log(`finished after ${finished.nfe} network evaluations`);
  }
  return 0;
}

/** The lines that tell a person what went wrong, from the status and the details in its trailers if it was the call. */
function explain(error) {
  if (error.metadata === undefined) {
    return String(error);
  }
  const [trailer] = error.metadata.get("grpc-status-details-bin");
  const status = trailer && contract["google.rpc.Status"].deserialize(trailer);
  const lines = [`${grpc.status[error.code]}: ${error.details}`];
  for (const detail of status?.details ?? []) {
    const type = detail.type_url.split("/").pop();
    const message = contract[type]?.deserialize(detail.value);
    if (type === "google.rpc.ErrorInfo") {
      lines.push(`  reason: ${message.reason}`);
    } else if (type === "google.rpc.BadRequest") {
      lines.push(...message.fieldViolations.map((violation) => `  field: ${violation.field}`));
    } else if (type === "google.rpc.RetryInfo") {
      lines.push(`  try again after ${Number(message.retryDelay.seconds) + message.retryDelay.nanos / 1e9} s`);
    }
  }
  return lines.join("\n");
}

try {
  mkdirSync(options.out, { recursive: true });
} catch (error) {
  refuse(`--out: ${error.message}`);
}
const client = new glimpse.v1.Glimpse(options.target, grpc.credentials.createInsecure());
const call = client.generate(request, { deadline: Date.now() + 1000 * timeout });
let frames = 0;
try {
  // The loop's own pace holds the server back: it makes the next frame when this one has been taken.
  for await (const event of call) {
    frames += show(event);
    if (frames === cancelAfter) {
      console.log(`cancelled after ${frames} frames`);
      break;
    }
  }
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  // Whoever leaves the loop, also over a picture that could not be saved, ends the call by this.
  call.cancel();
  client.close();
}
