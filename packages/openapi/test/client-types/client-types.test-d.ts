import type { Client } from '@keelson/client'
import type { Api } from './routes.api.d.ts'
import type { routes } from './routes.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(...proof: Equal<A, B> extends true ? [] : ['the types differ', A]): void

interface Call {
  result(...args: never[]): unknown
}
type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type IsAny<T> = 0 extends 1 & T ? true : false

/** What of a call differs between two clients. */
type Unlike<A extends Call, B extends Call> =
  | (Mutual<Parameters<A['result']>, Parameters<B['result']>> extends true ? never : 'input')
  | (Mutual<Awaited<ReturnType<A['result']>>, Awaited<ReturnType<B['result']>>> extends true
      ? never
      : 'result')
  | (A extends (...args: infer P) => infer R
      ? B extends (...args: infer Q) => infer S
        ? Mutual<P, Q> extends true
          ? Mutual<R, S> extends true
            ? never
            : 'direct result'
          : 'direct input'
        : 'no direct call'
      : never)
/** Paths of what differs, and how. */
type Differences<A, B, TAt extends string = ''> = {
  [K in (keyof A | keyof B) & string]: K extends keyof A & keyof B
    ? A[K] extends Call
      ? B[K] extends Call
        ? IsAny<B[K]> extends true
          ? `${TAt}${K} is any`
          : Unlike<A[K], B[K]> extends infer U extends string
            ? `${TAt}${K}: ${U}`
            : never
        : `${TAt}${K} is no call`
      : A[K] extends { readonly '~message': string }
        ? Mutual<A[K], B[K]> extends true
          ? never
          : `${TAt}${K} has another message`
        : Differences<A[K], B[K], `${TAt}${K}.`>
    : `${TAt}${K} is missing`
}[(keyof A | keyof B) & string]

// A client by the file takes and gives what a client by the tree does.
same<Differences<Client<typeof routes>, Client<Api>>, never>()

declare const client: Client<Api>
// @ts-expect-error -- This route switches its connection to another protocol: open it with a client of that protocol.
client.live({ params: { id: 'x' } })
