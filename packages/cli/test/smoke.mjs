// The built package as a user has it, on one version of Node: the command starts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'

const manifest = createRequire(import.meta.url).resolve('@keelson/cli/package.json')
const bin = join(dirname(manifest), 'dist/bin.js')
assert.match(execFileSync(process.execPath, [bin, '--help'], { encoding: 'utf8' }), /keelson/)
