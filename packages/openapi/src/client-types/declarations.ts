/** Declarations of the file besides the types of schemas, each written if it is used. */
export const DECLARATIONS = {
  Route: `/** What a caller of a route sends, what it receives by status, and the errors that the route declares. */
interface Route<TIn, TOut, TErrors> {
  readonly '~types': { readonly in: TIn; readonly out: TOut; readonly errors: TErrors }
}`,
  UpgradeRoute: `/** A route that switches its connection: clients have no call for it. */
interface UpgradeRoute {
  readonly '~types': {
    readonly upgrades: {
      readonly '~message': 'This route switches its connection to another protocol: open it with a client of that protocol.'
    }
  }
}`,
  WireError: `/** An error as a client reads it from an answer. */
interface WireError<TCode extends string, TDetails, TStatus extends number> {
  readonly code: TCode
  readonly status: TStatus
  readonly title: string
  readonly detail: string | undefined
  readonly details: TDetails
  readonly requestId: string | undefined
}`,
  UploadBody: `/** A body that is sent as it is. */
type UploadBody =
  | string
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | FormData
  | URLSearchParams
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>`,
}

/** Other names that the file uses. */
const USED =
  'Api Blob ArrayBuffer ArrayBufferView FormData URLSearchParams ReadableStream AsyncIterable Uint8Array'
/** Words that the language reserves. */
const KEPT = `any async await bigint boolean break case catch class const continue debugger default delete do else enum
export extends false finally for function if implements import in instanceof interface let never new null number object
package private protected public return static string super switch symbol this throw true try typeof undefined unknown
var void while with yield`

/** Names that no schema can have. */
export const TAKEN_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(DECLARATIONS),
  ...USED.split(' '),
  ...KEPT.split(/\s+/),
])
