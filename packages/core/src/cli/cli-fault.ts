/** The command cannot do what it was asked, for a reason that lies in how it was called. Its message is a sentence. */
export class CliFault extends Error {
  override readonly name = 'CliFault'
}

/** The app's module cannot be used. Its message is a sentence, with what was thrown below it. */
export class AppFault extends Error {
  override readonly name = 'AppFault'
}
