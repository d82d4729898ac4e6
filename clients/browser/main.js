// Generates pictures over gRPC-Web and shows every frame as it comes; each one is a link to save it as a file.

import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { Glimpse } from "./gen/glimpse/v1/glimpse_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

/** Chromium begins so many downloads of a page within a second, and drops the others without a word. */
const DOWNLOADS_AT_ONCE = 10;
const BETWEEN_DOWNLOADS_MS = 1200;

const client = createClient(Glimpse, createGrpcWebTransport({ baseUrl: location.origin }));

const element = (id) => document.getElementById(id);

/** What a field of numbers has; nothing for an empty one. */
function number(fields, name) {
  const text = fields.get(name);
  return text === "" ? undefined : Number(text);
}

/** The key of all noise, 64 bits without a sign; BigInt would take other notations too. */
function seed(fields) {
  const text = fields.get("seed");
  if (!/^[0-9]{0,20}$/.test(text) || BigInt(text) >= 2n ** 64n) {
    throw new ConnectError(`seed: ${text} (expected: a whole number 0..${2n ** 64n - 1n})`, Code.InvalidArgument);
  }
  return text === "" ? undefined : BigInt(text);
}

/** The request as the form has it; an empty field is one that is not set. */
function request(fields) {
  const name = fields.get("label");
  return {
    steps: number(fields, "steps"),
    count: number(fields, "count"),
    seed: seed(fields),
    label: name === "" ? { case: undefined } : { case: "className", value: name },
  };
}

function showFrame(step) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([step.image], { type: "image/png" }));
  link.download = `${step.sample}-${step.last ? "final" : step.step}.png`;
  const picture = new Image();
  picture.src = link.href;
  picture.alt = `sample ${step.sample} after step ${step.step}`;
  link.append(picture, `step ${step.step}, ${(Number(step.elapsedMicros) / 1000).toFixed(1)} ms`);
  element("frames").append(link);
}

/** The lines that tell a person what went wrong, from the status and the details in its trailers. */
function explain(error) {
  return [
    `${Code[error.code]}: ${error.rawMessage}`,
    ...error.findDetails(ErrorInfoSchema).map((info) => `reason: ${info.reason}`),
    ...error.findDetails(BadRequestSchema).flatMap((bad) => bad.fieldViolations).map((wrong) => `field: ${wrong.field}`),
    ...error
      .findDetails(RetryInfoSchema)
      .map(({ retryDelay }) => `try again after ${Number(retryDelay.seconds) + retryDelay.nanos / 1e9} s`),
  ].join("\n");
}

function clear() {
  for (const link of element("frames").children) {
    URL.revokeObjectURL(link.href);
  }
  element("frames").replaceChildren();
}

async function generate(fields) {
  const cancelling = new AbortController();
  const cancel = () => cancelling.abort();
  element("cancel").addEventListener("click", cancel);
  element("cancel").disabled = false;
  element("generate").disabled = true;
  element("save").disabled = true;
  element("status").textContent = "asking";
  clear();
  try {
    const timeout = number(fields, "timeout");
    const options = { signal: cancelling.signal, timeoutMs: timeout && 1000 * timeout };
    for await (const { event } of client.generate(request(fields), options)) {
      if (event.case === "accepted") {
        element("status").textContent = `model ${event.value.model}, seed ${event.value.seed}`;
      } else if (event.case === "step") {
        showFrame(event.value);
      } else if (event.case === "finished") {
        element("status").textContent = `finished after ${event.value.nfe} network evaluations`;
      }
    }
  } catch (error) {
    element("status").textContent = explain(ConnectError.from(error));
  } finally {
    element("cancel").removeEventListener("click", cancel);
    element("cancel").disabled = true;
    element("generate").disabled = false;
    element("save").disabled = element("frames").children.length === 0;
  }
}

async function save() {
  // Who generates meanwhile would take away the frames that are still to be saved.
  element("generate").disabled = true;
  element("save").disabled = true;
  for (const [i, link] of [...element("frames").children].entries()) {
    if (i > 0 && i % DOWNLOADS_AT_ONCE === 0) {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
    }
    link.click();
  }
  element("generate").disabled = false;
  element("save").disabled = false;
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  generate(new FormData(event.target));
});
element("save").addEventListener("click", save);
