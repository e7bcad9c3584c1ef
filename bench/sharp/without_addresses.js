// Takes out of the lock file where its packages ask for donations: it is to name no host.

import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"), (name, value) =>
  name === "funding" ? undefined : value,
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
