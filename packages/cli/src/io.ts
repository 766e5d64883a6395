import type { CommandIo } from '@keelson/core'

/** Input and output of the command; tests have their own. */
export type CliIo = CommandIo
