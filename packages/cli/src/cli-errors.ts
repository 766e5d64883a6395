/** The command was called wrongly. The message is a sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The code of the app failed. The message is a sentence for the user, followed by what was thrown. */
export class AppFailure extends Error {
  override readonly name = 'AppFailure'
}
