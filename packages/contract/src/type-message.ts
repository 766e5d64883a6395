/** A compile error that reads as a sentence: the compiler prints the text in place of `never`. */
export interface TypeMessage<TText extends string> {
  readonly '~message': TText
}
