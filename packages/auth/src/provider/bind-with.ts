// A service that takes options is bound by one call that says them. What the service stands on besides is not the caller's to know.
import {
  bind,
  SetupError,
  type Injectable,
  type Injected,
  type Provider,
  type ResolvedAll,
  type ServiceNeed,
} from '@keelson/core'
import { callSite, laterPlaceOf, refuseCall, type OptionPlace } from '@keelson/core/options'
import type { SchemeServices } from '../schemes/index.ts'

/** How a service with options is made. */
export interface BoundWith<T, TPorts extends readonly ServiceNeed[], TServices extends Injected> {
  /** What it stands on, whatever the caller injects. */
  readonly ports: TPorts
  readonly inject: TServices | undefined
  readonly make: (ports: ResolvedAll<TPorts>, services: SchemeServices<TServices>) => T
  /** Name of the function that was called. Default: `bind` of the class. */
  readonly called?: string
  /** The function itself, such as `Sessions.bind`: its caller is the place of problems. */
  readonly below: (...args: never[]) => unknown
}

/** A provider of a class, by a call of its `bind`. */
export function bindWith<T, const TPorts extends readonly ServiceNeed[], TServices extends Injected>(
  target: Injectable<T> & { readonly name: string },
  { ports, inject, make, called = `${target.name}.bind`, below }: BoundWith<T, TPorts, TServices>,
): Provider {
  const place = laterPlaceOf(called, below)
  const names = Object.keys(inject ?? {})
  const provider = bind<T, never, readonly ServiceNeed[]>(target, {
    needs: [...ports, ...Object.values(inject ?? {})],
    make: (...given: readonly unknown[]) => {
      const services = Object.fromEntries(names.map((one, at) => [one, given[ports.length + at]]))
      const work = () => make(given.slice(0, ports.length) as never, services as never)
      return placed(work, { name: target.name, called, place })
    },
  })
  return Object.freeze({ ...provider, place: callSite(below) })
}

/** Work whose problems, where they say no more than `name`, get the place of the call. */
function placed<T>(
  work: () => T,
  { name, called, place }: { readonly name: string; readonly called: string; readonly place: () => string },
): T {
  try {
    return work()
  } catch (error) {
    if (!SetupError.is(error)) throw error
    const problems = error.problems.map((one) => (one.place === name ? { ...one, place: place() } : one))
    throw new SetupError(problems, error.cause, `Invalid call of ${called}`)
  }
}

/** Reads an option that another function checks: its problems get the place of this call, and the name of the option. */
export function readPart(option: string, place: OptionPlace, read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!SetupError.is(error)) throw error
    const problems = error.problems.map(({ code, message, remedy }) => ({
      code,
      message: `${option}: ${message}`,
      remedy,
    }))
    refuseCall(problems, place)
  }
}
