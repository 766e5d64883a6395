// The built package as a user has it, on one version of Node: every subpath loads and does its work.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readManifestRoute, readProblem } from '@keelson/contract'
import { frameOfCaller, runWithoutFrame } from '@keelson/contract/frame'
import { integer, optionProblems, optionTable } from '@keelson/contract/options'
import { isDoneWithin } from '@keelson/contract/wait'

assert.equal(readManifestRoute('orders.show', 'GET /orders/:id').method, 'GET')
assert.equal(readProblem({ code: 'GONE', title: 'Gone' }, 410)?.title, 'Gone')

// Without core there are no frames.
assert.equal(frameOfCaller(), undefined)
assert.equal(
  runWithoutFrame(() => 7),
  7,
)

const table = optionTable({ times: integer('How often.') })
function repeat(options) {
  return optionProblems(table, options, { name: 'repeat', below: repeat })
}
const [problem] = repeat({ tims: 1 })
assert.equal(problem.remedy, "Did you mean 'times'?")
assert.match(problem.place, /^repeat \(.*\.mjs:\d+\)$/)

assert.equal(await isDoneWithin(new Promise(() => {}), { limitMs: 1 }), false)

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/contract').readProblem, readProblem)
