/** What the command reads and writes; a test gives its own. */
export interface CliIo {
  /** Folder that paths are relative to. */
  readonly cwd: string
  /** Gets the output. */
  readonly out: (text: string) => void
  /** Gets messages about what went wrong. */
  readonly err: (text: string) => void
}
