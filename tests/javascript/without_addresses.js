// Takes out of the lock file here where its packages ask for donations: it is to name no host.

import { readFileSync, writeFileSync } from "node:fs";

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"), (name, value) =>
  name === "funding" ? undefined : value,
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
