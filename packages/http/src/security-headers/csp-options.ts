import { either, flag, listOf, oneOf, optionTable, text } from '@keelson/core/options'

/** Sources of a directive, as the header has them: `"'self'"`, `'https://cdn.example'`, `'data:'`; `false` takes a default out. */
export type CspSources = readonly string[] | false

/** Directives that take a nonce. */
export type NonceDirective = 'scriptSrc' | 'scriptSrcElem' | 'styleSrc' | 'styleSrcElem'

/** A content security policy (CSP level 3). What is given takes the place of the default of that name; the others stay. */
export interface CspOptions {
  /** What directives of sources fall back to. Default `'self'`. */
  readonly defaultSrc?: CspSources | undefined
  /** Default `'self'`. */
  readonly scriptSrc?: CspSources | undefined
  readonly scriptSrcElem?: CspSources | undefined
  /** Default `'none'`: no `onclick="…"`. */
  readonly scriptSrcAttr?: CspSources | undefined
  /** Default `'self' https: 'unsafe-inline'`. */
  readonly styleSrc?: CspSources | undefined
  readonly styleSrcElem?: CspSources | undefined
  readonly styleSrcAttr?: CspSources | undefined
  /** Default `'self' data:`. */
  readonly imgSrc?: CspSources | undefined
  /** Default `'self' https: data:`. */
  readonly fontSrc?: CspSources | undefined
  readonly connectSrc?: CspSources | undefined
  readonly mediaSrc?: CspSources | undefined
  /** Default `'none'`. */
  readonly objectSrc?: CspSources | undefined
  readonly frameSrc?: CspSources | undefined
  readonly childSrc?: CspSources | undefined
  readonly workerSrc?: CspSources | undefined
  readonly manifestSrc?: CspSources | undefined
  /** Default `'self'`. */
  readonly baseUri?: CspSources | undefined
  /** Default `'self'`. */
  readonly formAction?: CspSources | undefined
  /** Who may show the page in a frame. Default `'self'`. */
  readonly frameAncestors?: CspSources | undefined
  /** Where a text becomes code by a trusted type alone: `["'script'"]`. Default: nowhere. */
  readonly requireTrustedTypesFor?: readonly "'script'"[] | undefined
  readonly trustedTypes?: CspSources | undefined
  /** What a sandboxed page may do all the same; an empty list for nothing. Default: no sandbox. */
  readonly sandbox?: readonly string[] | undefined
  /** Whether browsers ask for `https:` where a page says `http:`. Sent over https alone. Default true. */
  readonly upgradeInsecureRequests?: boolean | undefined
  /** Name of the endpoint, in `reportingEndpoints`, that receives reports of violations. Its URL also goes into `report-uri`, for older browsers. */
  readonly reportTo?: string | undefined
  /**
   * Whether each answer has a nonce of its own, `ctx.cspNonce`, which `script-src` admits; or which directives admit it. One in
   * `style-src` takes the effect from `'unsafe-inline'`. Default: no nonce.
   */
  readonly nonce?: boolean | readonly NonceDirective[] | undefined
}

const SOURCE = '^[!-+\\-.-:<-~]+$'

const sources = (description: string) =>
  either(
    listOf(text(description, { pattern: SOURCE, what: 'a source' }), description, { minItems: 1 }),
    oneOf([false], 'Takes a default out.'),
  )

/** What a policy takes. */
export const CSP_OPTIONS = optionTable<CspOptions>({
  defaultSrc: sources('What directives of sources fall back to.'),
  scriptSrc: sources('Whose scripts run.'),
  scriptSrcElem: sources('Whose <script> elements run.'),
  scriptSrcAttr: sources('Whether handlers in attributes run.'),
  styleSrc: sources('Whose styles apply.'),
  styleSrcElem: sources('Whose <style> and <link> elements apply.'),
  styleSrcAttr: sources('Whether styles in attributes apply.'),
  imgSrc: sources('Whose images are shown.'),
  fontSrc: sources('Whose fonts are loaded.'),
  connectSrc: sources('Whom scripts may ask.'),
  mediaSrc: sources('Whose sound and video are played.'),
  objectSrc: sources('Whose plugins are loaded.'),
  frameSrc: sources('Whose pages are shown in frames.'),
  childSrc: sources('Whose frames and workers are loaded.'),
  workerSrc: sources('Whose workers run.'),
  manifestSrc: sources('Whose manifest is read.'),
  baseUri: sources('What <base> may say.'),
  formAction: sources('Where forms are sent.'),
  frameAncestors: sources('Who may show the page in a frame.'),
  requireTrustedTypesFor: listOf(oneOf(["'script'"], 'Where trusted types are required.'), undefined, {
    minItems: 1,
  }),
  trustedTypes: sources('Names of policies of trusted types.'),
  sandbox: listOf(text('What a sandboxed page may do.', { pattern: '^allow-[a-z-]+$' })),
  upgradeInsecureRequests: flag('Whether http: becomes https:.', { default: true }),
  reportTo: text('Name of the endpoint that receives reports of violations.', {
    pattern: '^[a-z][a-z0-9_.*-]*$',
    what: 'a name in lower case',
  }),
  nonce: either(
    flag('Whether scripts have a nonce.', { default: false }),
    listOf(
      oneOf(['scriptSrc', 'scriptSrcElem', 'styleSrc', 'styleSrcElem'], 'A directive that admits it.'),
      undefined,
      { minItems: 1 },
    ),
  ),
})
