/** The command cannot do what it was asked, for a reason that lies in how it was called. Its message is a sentence. */
export class CliFault extends Error {
  override readonly name = 'CliFault'
}
