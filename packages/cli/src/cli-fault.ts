/** The command was called wrongly. The message is a sentence for the user. */
export class CliFault extends Error {
  override readonly name = 'CliFault'
}

/** The app's module cannot be used. The message is a sentence for the user, followed by what was thrown. */
export class AppFault extends Error {
  override readonly name = 'AppFault'
}
