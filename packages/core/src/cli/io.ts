import type { CommandIo } from '../index.ts'

/** Input and output of the command; tests have their own. */
export type CliIo = CommandIo
