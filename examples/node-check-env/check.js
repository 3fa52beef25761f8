// Checks the environment of this process before an application starts, and ends it with 1 where
// the database could not be reached that way. Nothing it prints holds a password.
import process from "node:process";
import init, { resolve } from "dsnlens";

await init();
// As node-postgres reads it; `clients()` lists the others.
const { diagnostics } = resolve({ env: process.env, client: "node-postgres" });
for (const { rule, severity, message, help, fix } of diagnostics) {
  console.error(`${severity}[${rule}]: ${message}`);
  console.error(`  help: ${help}`);
  if (fix !== null) {
    console.error(`  fix: ${fix.title}`);
  }
}
if (diagnostics.some(({ severity }) => severity === "error")) {
  process.exit(1);
}
