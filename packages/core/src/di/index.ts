export { Container, createContainer } from './container.ts'
export type { ContainerOptions, DisposeOptions, ServiceFacts, WarmOptions } from './contract.ts'
export { disposerOf } from './dispose.ts'
export { inject, injectable, type InjectableOptions } from './decorators.ts'
export { lazy, optional } from './injectable.ts'
export type {
  AllFitInject,
  Class,
  FitsInject,
  Injectable,
  Lazy,
  ServiceNeed,
  Optional,
  Resolved,
  ResolvedAll,
  ServiceScope,
} from './injectable.ts'
export { isNeed, readNeed, type NeedEntry } from './needs.ts'
export { bind, bindRequest } from './provider.ts'
export type {
  AliasBinding,
  AnyBinding,
  Binding,
  ClassBinding,
  FactoryBinding,
  Provider,
  ValueBinding,
} from './provider.ts'
export { reachableTargets } from './reachable.ts'
export type { ServiceErrorCode } from './messages.ts'
export { DisposeError, type DisposeFailure, ServiceError } from './service-error.ts'
export { labelOf } from './service-node.ts'
export type { Startable } from './start.ts'
export { token, tokenName, type Token, type TokenOptions } from './token.ts'
export type { Root } from './walk.ts'
