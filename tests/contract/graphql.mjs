// Holds the documents and variables that were sent against GitHub's own GraphQL schema.
//
// usage: node graphql.mjs NODE_MODULES <questions
//
// Each line of the input is a question as it was sent: {"query": …, "variables": …}. What breaks the schema is
// named on standard error, and the exit code is 1.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const modules = process.argv[2]
const require = createRequire(join(modules, 'x.js'))
const { buildSchema, getOperationAST, getVariableValues, parse, validate } = require('graphql')

// The published schema holds a few fields twice, which a reader may pass over but not repair.
const text = readFileSync(join(modules, '@octokit/graphql-schema/schema.graphql'), 'utf8')
const schema = buildSchema(text, { assumeValidSDL: true })

const problems = []
let count = 0
for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  count += 1
  const { query, variables } = JSON.parse(line)
  const document = parse(query)
  const name = query.match(/\w+(?=\()/)?.[0] ?? query
  problems.push(...validate(schema, document).map((error) => `${name}: ${error.message}`))
  const { variableDefinitions } = getOperationAST(document)
  const read = getVariableValues(schema, variableDefinitions ?? [], variables ?? {})
  problems.push(...(read.errors ?? []).map((error) => `${name}: ${error.message}`))
}
console.error(problems.join('\n'))
console.log(`${count} GraphQL questions were checked`)
process.exitCode = problems.length > 0 || count === 0 ? 1 : 0
