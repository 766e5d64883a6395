import type { Container, Injectable } from '../di/index.ts'
import type { InjectionSource, RequestScope } from '../operation/index.ts'
import { FRAME } from './tokens.ts'

/** The container as the pipeline sees it. */
export function toInjection(container: Container): InjectionSource {
  return {
    resolve: (target) => container.resolve(target as Injectable),
    isRequestScoped: (target) => container.isRequestScoped(target as Injectable),
    createScope: (frame) => {
      const scope = container.createScope()
      scope.provide(FRAME, frame)
      return scope as RequestScope
    },
  }
}
