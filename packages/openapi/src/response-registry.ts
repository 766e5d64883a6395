import type { OpenApiReference, OpenApiResponse } from './contract.ts'
import { toComponentName } from './component-names.ts'
import { freeName } from './names.ts'

/** The name of a response that several operations share. */
export interface ResponseNames {
  readonly wanted: string
  /** Whether it has only errors of the framework: then it is always a component. */
  readonly isOfFramework: boolean
}

interface SharedResponse extends ResponseNames {
  readonly response: OpenApiResponse
  uses: number
}

const PREFIX = 'keelson-response:'

/** Collects the error responses of all operations. Those that are used twice become components. */
export class ResponseRegistry {
  readonly #shared = new Map<string, SharedResponse>()

  /** A placeholder for a response. */
  add(response: OpenApiResponse, names: ResponseNames): OpenApiReference {
    const key = JSON.stringify(response)
    const known = this.#shared.get(key)
    if (known === undefined) this.#shared.set(key, { ...names, response, uses: 1 })
    else known.uses += 1
    return { $ref: PREFIX + key }
  }

  /** The components by name, sorted, and a function that replaces a placeholder by its response or a reference. */
  finish(): {
    readonly components: { readonly [name: string]: OpenApiResponse }
    readonly resolve: (response: OpenApiResponse | OpenApiReference) => OpenApiResponse | OpenApiReference
  } {
    const names = new Map<string, string>()
    const taken = new Set<string>()
    for (const [key, { wanted, isOfFramework, uses }] of this.#shared) {
      if (!isOfFramework && uses === 1) continue
      const name = freeName(toComponentName(wanted), taken)
      taken.add(name)
      names.set(key, name)
    }
    const components = [...names].map(([key, name]) => [name, this.#of(key)] as const)
    return {
      components: Object.fromEntries(components.sort(([a], [b]) => (a < b ? -1 : 1))),
      resolve: (response) => {
        if (!('$ref' in response)) return response
        const key = response.$ref.slice(PREFIX.length)
        const name = names.get(key)
        return name === undefined ? this.#of(key) : { $ref: `#/components/responses/${name}` }
      },
    }
  }

  #of(key: string): OpenApiResponse {
    return (this.#shared.get(key) as SharedResponse).response
  }
}
