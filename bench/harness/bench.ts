// What every measurement needs to know, made once.
import type { Cores } from './machine.ts'
import type { Options } from './options.ts'

export interface Bench {
  readonly options: Options
  readonly cores: Cores
  /** Binary that the servers run on. */
  readonly node: string
  /** Why there is no database; undefined when there is one. */
  readonly noDatabase: string | undefined
}

/** What a workload gives back for the results: Markdown, and remarks below it. */
export interface Section {
  readonly id: string
  readonly title: string
  /** How it was measured. Default: rounds and windows of the command line, and what made the load. */
  readonly how?: string
  readonly table: string
  readonly remarks: readonly string[]
}
