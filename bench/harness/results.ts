// bench/RESULTS.md: one section for each workload and Node, and one for completion; a run replaces its own and leaves the
// others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Section } from './bench.ts'
import { describeGenerator } from './load.ts'
import { describeMachine } from './machine.ts'
import { benchDir } from './paths.ts'

const FILE = join(benchDir, 'RESULTS.md')

const HEAD = `# Results

Written by \`pnpm bench\` and \`completion.ts\`; do not edit. [README.md](README.md) says what is measured and how to read it.
`

/** The section as it is printed and kept. */
export function toMarkdown(section: Section, bench: Bench, nodeVersion: string): string {
  const { rounds, seconds } = bench.options
  const measured = section.how ?? `${rounds} rounds of ${seconds} windows of 1 s, ${describeGenerator()}`
  const how = `Node ${nodeVersion}, ${measured}, ${today()}. ${describeMachine()}.`
  const remarks = section.remarks.map((remark) => `- ${remark}`).join('\n')
  return `## ${section.title}, Node ${bench.options.node}\n\n${how}\n\n${section.table}\n${remarks === '' ? '' : `\n${remarks}\n`}`
}

/** Puts a section into its place in the file. */
export function keep(key: string, markdown: string): void {
  const sections = readSections()
  sections.set(key, markdown)
  const sorted = [...sections].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
  const text = sorted.map(([name, body]) => `<!-- ${name} -->\n${body}`).join('\n')
  writeFileSync(FILE, `${HEAD}\n${text}`)
}

function readSections(): Map<string, string> {
  const sections = new Map<string, string>()
  if (!existsSync(FILE)) return sections
  const parts = readFileSync(FILE, 'utf8').split(/^<!-- (w\d+-node\d\d|completion) -->\n/m)
  for (let index = 1; index < parts.length; index += 2) {
    sections.set(parts[index] as string, `${(parts[index + 1] as string).trimEnd()}\n`)
  }
  return sections
}

/** The day, as the results name it. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
