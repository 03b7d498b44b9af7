// Starts a mock server as a child process.

/** @import * as Api from "../index.js" */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { argumentError, describe, requireNumber, requireOptions } from "./arguments.js";
import { atCallersLine } from "./callers_line.js";
import { Control } from "./control.js";
import { Mock } from "./mock.js";
import { START_OPTIONS } from "./names.js";

const READY = "ready ";

/** @type {typeof Api.startMock} */
export const startMock = atCallersLine(async function startMock(given = {}) {
  const {
    command = "migma-mock",
    options = [],
    env = {},
    timeout = 30,
  } = requireOptions("startMock", "options", given, START_OPTIONS);
  if (typeof command !== "string") throw argumentError("startMock(command)", "a command, as text", describe(command));
  if (!Array.isArray(options) || !options.every((each) => typeof each === "string")) {
    throw argumentError(
      "startMock(options)",
      'an array of texts such as ["--fixtures", "campaigns"]',
      describe(options),
    );
  }
  requireOptions("startMock", "env", env);
  requireNumber("startMock(timeout)", timeout);
  const words = ["serve", "--port", "0", "--quiet", ...options];
  const child = spawn(command, words, { env: { ...ownVariables(), ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill();
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout * 1000);
  try {
    const url = await readyUrl(child, timeout, () => errors.trim());
    letRun(child);
    return new Mock(new Control(url, undefined), () => end(child));
  } catch (error) {
    kill();
    throw error;
  } finally {
    clearTimeout(timer);
  }
});

/** Returns the variables of this process, without those that would send requests of a test run to the live API. */
function ownVariables() {
  const given = Object.entries(process.env);
  return Object.fromEntries(given.filter(([name]) => !/^MIGMA_MOCK_(UPSTREAM|RECORD)$/i.test(name)));
}

/**
 * Returns the URL that the mock prints when it is ready.
 *
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, any>} child
 * @param {number} timeout
 * @param {() => string} errors
 */
async function readyUrl(child, timeout, errors) {
  const lines = createInterface({ input: child.stdout });
  const started = new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("close", () => resolve(""));
  });
  /** @type {string} */
  const line = await started.catch((cause) => {
    const found = cause.code === "ENOENT" ? "was not found" : `cannot be run (${cause.message})`;
    const hint = 'Install it with: pip install PATH_OF_THE_CHECKOUT. Or give its path as the option "command".';
    throw new Error(`The command ${child.spawnfile} ${found}. ${hint}`, { cause });
  });
  lines.close();
  if (line.startsWith(READY)) return line.slice(READY.length).trim();
  if (child.signalCode) throw new Error(`The mock server was not ready after ${timeout} s. ${errors()}`.trim());
  throw new Error(`The mock server did not start: ${errors() || `it printed ${JSON.stringify(line)}`}`);
}

/**
 * Lets this process end without it; what the mock prints from now on is shown.
 *
 * @param {import("node:child_process").ChildProcessByStdio<null, any, any>} child
 */
function letRun(child) {
  child.stderr.removeAllListeners("data").pipe(process.stderr, { end: false });
  child.stdout.resume();
  for (const each of [child, child.stdout, child.stderr]) each.unref();
}

/** @param {import("node:child_process").ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.ref();
  child.kill();
  await exited;
}
