import { metaKey, middleware, SetupError } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect } from 'vitest'
import { failureOf } from './support.ts'

export const cost = metaKey<number>('cost')

export const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: () => ({ user: 'ada' }),
})

export const problemsOf = async (options: Parameters<typeof testApp>[0]) => {
  const error = await failureOf(testApp(options))
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems.map(({ place, message }) => {
    // Where a route was written is not of interest.
    return `${place.replaceAll(/, [^ ]*\.ts:\d+/g, '')}: ${message}`
  })
}
