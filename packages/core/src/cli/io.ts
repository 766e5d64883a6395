/** Input and output of the command; tests have their own. */
export interface CliIo {
  /** Folder that paths are relative to. */
  readonly cwd: string
  /** Writes output. */
  readonly out: (text: string) => void
  /** Writes messages about failures. */
  readonly err: (text: string) => void
}
