// The key of a server that asks for one. It lives in this tab alone, and never in an address.

const STORED = "glimpse.key";

/** A connection that the browser kept may be dead by now. */
const PATIENCE_MS = 5000;

/** Connections to a server that a browser keeps at most, and takes before it opens another one. */
const KEPT_CONNECTIONS = 6;

/** What a header and a subprotocol can hold. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** What the tab keeps; nothing where a browser is told to keep nothing, which it says by throwing. */
const tab = {
  read() {
    try {
      return sessionStorage.getItem(STORED);
    } catch {
      return null;
    }
  },
  write(secret) {
    try {
      if (secret === null) {
        sessionStorage.removeItem(STORED);
      } else {
        sessionStorage.setItem(STORED, secret);
      }
    } catch {
      // The page has it until it is left.
    }
  },
};

export class AccessKey {
  #form;
  #input;
  #error;
  #onAsk;
  #secret = tab.read();

  /** Calls onAsk() when a person has to give a key. */
  constructor(form, onAsk) {
    this.#form = form;
    this.#onAsk = onAsk;
    this.#input = form.querySelector("input");
    this.#error = form.querySelector("[role=alert]");
  }

  /** Asks the server until it lets this page in, with a key of the person's if it wants one. */
  async admitted() {
    while ((await this.#status()) === 401) {
      const refused = this.#secret !== null;
      this.#keep(null);
      // A key that is not known any more is worse than none where none is needed.
      if (!refused || (await this.#status()) === 401) {
        this.#keep(await this.#ask(refused ? "The server does not know this key." : ""));
      }
    }
  }

  /** The server's answer to which models it has; a server that does not answer is an error. */
  async models() {
    try {
      return await this.#askModels();
    } catch (error) {
      if (error.name !== "TimeoutError") {
        throw error;
      }
      // All that the browser kept may be dead, and each would cost this wait again.
      return Promise.any(Array.from({ length: KEPT_CONNECTIONS }, () => this.#askModels())).catch(() => {
        throw error;
      });
    }
  }

  #askModels() {
    const headers = this.#secret === null ? {} : { authorization: `Bearer ${this.#secret}` };
    // Several at a time wait for each other where the answer might be stored.
    return fetch("/v1/models", { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** Subprotocols for a WebSocket, which cannot have headers. */
  subprotocols() {
    return this.#secret === null ? [] : ["glimpse", `bearer.${this.#secret}`];
  }

  /** How the server takes what this page knows; 0: it cannot be reached. */
  async #status() {
    try {
      return (await this.models()).status;
    } catch {
      return 0;
    }
  }

  #ask(complaint) {
    this.#complain(complaint);
    this.#onAsk();
    this.#form.hidden = false;
    this.#input.focus();
    return new Promise((resolve) => {
      this.#form.onsubmit = (event) => {
        event.preventDefault();
        const secret = this.#input.value.trim();
        if (!TOKEN.test(secret)) {
          this.#complain("That is not a key of a server.");
          return;
        }
        this.#input.value = "";
        this.#form.hidden = true;
        resolve(secret);
      };
    });
  }

  #complain(text) {
    this.#error.textContent = text;
    this.#error.hidden = text === "";
    this.#input.setAttribute("aria-invalid", String(text !== ""));
  }

  #keep(secret) {
    this.#secret = secret;
    tab.write(secret);
  }
}
