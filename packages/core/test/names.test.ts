import * as core from '@keelson/core'
import * as conditions from '@keelson/core/conditions'
import * as controllers from '@keelson/core/controllers'
import * as frames from '@keelson/core/frames'
import * as options from '@keelson/core/options'
import * as ports from '@keelson/core/ports'
import * as spi from '@keelson/core/spi'
import * as suites from '@keelson/core/suites'
import { expect, it } from 'vitest'

it('has at most 100 names at its root: those that an application is written with', () => {
  expect(Object.keys(core).length).toBeLessThanOrEqual(100)
})

it('has each value at one subpath, and one value by each name but those that options and bodies share', () => {
  const all = [core, conditions, controllers, frames, options, ports, spi, suites]
  const names = all.flatMap((subpath) => Object.keys(subpath))
  const several = names.filter((name, index) => names.indexOf(name) < index)
  expect(several.toSorted()).toEqual(['oneOf', 'text'])
  expect(core.oneOf).not.toBe(options.oneOf)
  expect(core.text).not.toBe(options.text)
})
