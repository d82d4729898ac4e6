// Puts the page together: one generation at a time goes from the form over the socket to the pictures.

import { Controls, FieldError } from "./controls.js";
import { counted, duration } from "./format.js";
import { Gallery } from "./gallery.js";
import { AccessKey } from "./key.js";
import { StreamSocket } from "./socket.js";
import { Timeline } from "./timeline.js";

const MODELS_RETRY_MS = 2000;

const LOST = "The connection to the server was lost. Trying to reach it again.";

/** Browsers don't tell a page why a socket was refused, so it names what usually is behind it. */
const NEVER_OPENED =
  "The connection to the server could not be opened. A proxy before it may not pass WebSockets on, or change the " +
  `header Host (the server's setting access.origins then has to name ${location.origin}); or every socket of the ` +
  "server is in use. Trying again.";

const element = (id) => document.getElementById(id);

const gallery = new Gallery(element("gallery"));
const timeline = new Timeline(element("timeline"), view);
const controls = new Controls(element("controls"), element("error"), {
  onGenerate: generate,
  onStop: stop,
  onModel: describe,
});
const key = new AccessKey(element("key-form"), keyWanted);
const socketUrl = new URL("/v1/stream", location.href);
socketUrl.protocol = location.protocol === "https:" ? "wss:" : "ws:";
const socket = new StreamSocket(socketUrl, admission);

const NOTHING = { id: null, count: 0, steps: 0, newest: 0, live: true };

/** The generation on screen: the step that came last, and whether the view follows the steps that come. */
let current = NOTHING;
/** The generation that was asked for last; it comes on screen when the server accepts it. */
let asked = NOTHING;
let greeted = false;
let everOpen = false;
/** Whether a person was asked for a key, whose field had the focus and is gone. */
let keyGiven = false;

function status(text) {
  element("status").textContent = text;
}

/** Shows a step; the newest one means: follow what comes. */
function view(step) {
  current.live = step >= current.newest;
  gallery.show(current.live ? Infinity : step);
  showStep(Math.max(1, Math.min(step, current.newest)));
}

function showStep(step) {
  timeline.select(step);
  element("scrub").value = String(step);
  element("scrub-value").textContent = current.steps === 0 ? "" : `${step} of ${current.steps}`;
}

function generate() {
  if (!socket.isOpen) {
    return;
  }
  controls.clearError();
  let request;
  try {
    request = controls.request();
  } catch (error) {
    if (!(error instanceof FieldError)) {
      throw error;
    }
    controls.showError(error);
    return;
  }
  stop();
  const count = request.count ?? 1;
  const mine = { ...NOTHING, count, sentAt: performance.now() };
  asked = mine;
  controls.setRunning(true);
  status("waiting for the server");
  mine.id = socket.generate(request, {
    accepted: (message) => asked === mine && accepted(message),
    step: (header, image) => asked === mine && stepped(header, image),
    interrupted: () =>
      asked === mine && status(mine.steps === 0 ? "waiting until the server can" : "going on when the server can"),
    resumed: () => asked === mine && refining(),
    finished: (message) => asked === mine && finished(message),
    failed: (error) => asked === mine && failed(error),
  });
}

function stop() {
  socket.cancel(asked.id);
}

function accepted(message) {
  current = asked;
  current.steps = message.steps.length;
  gallery.accepted(message, current.count);
  timeline.accepted(message);
  element("first-picture").hidden = true;
  element("scrub").max = String(current.steps);
  element("scrub").disabled = false;
  showStep(1);
  controls.showSeed(message.seed);
  refining();
}

function refining() {
  status(`refining ${counted(current.count, "picture")}`);
}

function stepped(header, image) {
  gallery.add(header, image);
  timeline.add(header);
  if (current.newest === 0) {
    const seenAfter = 1000 * (performance.now() - current.sentAt);
    element("first-picture").textContent = `first picture after ${duration(header.elapsed_micros)}`;
    element("first-picture").title = `${duration(seenAfter)} from the click to the screen`;
    element("first-picture").hidden = false;
  }
  current.newest = Math.max(current.newest, header.step);
  if (current.live) {
    showStep(current.newest);
  }
}

function finished(message) {
  controls.setRunning(false);
  const skipped = message.frames_skipped === 0 ? "" : `, ${counted(message.frames_skipped, "preview")} skipped`;
  status(`finished in ${duration(message.elapsed_micros)} with ${counted(message.nfe, "network evaluation")}${skipped}`);
}

function failed(error) {
  controls.setRunning(false);
  if (error.code === "cancelled") {
    status(asked.newest === 0 ? "stopped" : `stopped at step ${asked.newest} of ${asked.steps}`);
    return;
  }
  // What is said beside it goes as soon as there is another connection.
  status(error.code === "connection_lost" ? "lost with the connection" : "");
  controls.showError(error);
  if (error.code === "not_found") {
    // Versions come and go on a running server, and the next click is to ask for one that is here.
    learnModels().catch((problem) => controls.showError(problem));
  }
}

/** Learns what is served; a server that is still starting is asked again. */
async function connected() {
  everOpen = true;
  element("dot").className = "dot open";
  element("connection").textContent = "connected";
  try {
    await learnModels();
  } catch (error) {
    if (socket.isOpen) {
      controls.showError({ message: `${error.message} Trying again.` });
      setTimeout(() => socket.isOpen && connected(), MODELS_RETRY_MS);
    }
    return;
  }
  if (!socket.isOpen) {
    // The connection was lost meanwhile, and the next one learns the models again.
    return;
  }
  controls.clearError();
  controls.setConnected(true);
  if (keyGiven && document.activeElement === document.body) {
    element("generate").focus();
  }
  keyGiven = false;
  socket.proceed();
  if (!greeted) {
    greeted = true;
    gallery.expect(controls.places, controls.model);
    generate();
  }
}

/** What to connect with, once the server lets this page in. */
async function admission() {
  await key.admitted();
  return key.subprotocols();
}

async function learnModels() {
  const answer = await key.models();
  if (!answer.ok) {
    throw new Error(`The list of models could not be read (HTTP ${answer.status}).`);
  }
  const served = await answer.json();
  if (served.models.length === 0) {
    throw new Error("The server has no model yet.");
  }
  controls.fill(served);
}

function describe({ name, version, width, height, device }) {
  element("model-facts").textContent = `· ${name} ${version} · ${width} × ${height} · ${device}`;
}

function keyWanted() {
  element("dot").className = "dot";
  element("connection").textContent = "waiting for a key";
  keyGiven = true;
  controls.clearError();
}

function lost() {
  if (element("dot").className === "dot lost") {
    // Every try that fails comes here, and what was said is still there.
    return;
  }
  element("dot").className = "dot lost";
  element("connection").textContent = everOpen ? "connection lost, trying again" : "no connection, trying again";
  controls.setConnected(false);
  controls.showError({ message: everOpen ? LOST : NEVER_OPENED });
}

socket.addEventListener("open", connected);
socket.addEventListener("lost", lost);
socket.addEventListener("refused", (event) => controls.showError(event.detail));
element("scrub").addEventListener("input", (event) => view(Number(event.target.value)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    stop();
  }
});
socket.connect();
