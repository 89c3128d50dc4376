// Holds a SARIF log on standard input against the standard's schema, given the folder of modules and the path of the schema.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, schema] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/../`));
const Ajv = require('ajv').default;
// One of the schema's patterns is none by the stricter rules for Unicode.
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
require('ajv-formats').default(ajv);
const isValid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
if (!isValid(JSON.parse(readFileSync(0, 'utf8')))) {
  for (const { instancePath, message, params } of isValid.errors) {
    console.error(`${instancePath}: ${message} ${JSON.stringify(params)}`);
  }
  process.exit(1);
}
