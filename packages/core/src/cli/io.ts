import type { CommandIo } from '../app/index.ts'

/** Input and output of the command; tests have their own. */
export type CliIo = CommandIo
