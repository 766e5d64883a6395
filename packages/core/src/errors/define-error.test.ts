import { Type as t } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { defineError, FrameworkError, SetupError } from './index.ts'

const OrderClosed = defineError('ORDER_CLOSED', { status: 409, title: 'The order is closed' })

describe('defineError', () => {
  it('gives a class whose instances carry what was defined', () => {
    const error = new OrderClosed()
    expect(error).toBeInstanceOf(FrameworkError)
    expect(error).toBeInstanceOf(OrderClosed)
    expect(error).toMatchObject({
      code: 'ORDER_CLOSED',
      status: 409,
      title: 'The order is closed',
      message: 'The order is closed',
      name: 'OrderClosed',
      expose: true,
      details: undefined,
    })
  })

  it('prints the name that it is given, as the class and its instances have it', () => {
    const OrderClosedError = defineError('ORDER_CLOSED', {
      name: 'OrderClosedError',
      status: 409,
      title: 'x',
    })
    expect((OrderClosedError as { name?: string }).name).toBe('OrderClosedError')
    expect(String(new OrderClosedError())).toBe('OrderClosedError: x')
  })

  it.each(['', 'orderClosed', 'Order Closed', 7 as never])('refuses the name %j', (name) => {
    expect(() => defineError('ORDER_CLOSED', { name, status: 409, title: 'x' })).toThrow(
      /name.*the name of a class, such as 'OrderClosedError'/s,
    )
  })

  it('keeps message, cause and headers of the occurrence', () => {
    const cause = new Error('x')
    const error = new OrderClosed({ message: 'Order 7 is closed', cause, headers: { 'x-order': '7' } })
    expect(error).toMatchObject({ message: 'Order 7 is closed', cause, headers: { 'x-order': '7' } })
  })

  it('has the definition as statics', () => {
    const schema = t.Object({ left: t.Integer() })
    const StockLow = defineError('STOCK_LOW', { status: 422, title: 'Too little', details: schema })
    const { code, status, title, name } = StockLow as typeof StockLow & { name: string }
    expect([code, status, title, name]).toEqual(['STOCK_LOW', 422, 'Too little', 'StockLow'])
    expect(StockLow.detailsSchema).toBe(schema)
    expect(new StockLow({ details: { left: 3 } }).details).toEqual({ left: 3 })
    expect(OrderClosed.detailsSchema).toBeUndefined()
  })

  it('lets nobody override code, status or exposure at the throw', () => {
    const sneaky = { code: 'OTHER', status: 200, title: 'x', expose: false } as object
    expect(new OrderClosed(sneaky)).toMatchObject({
      code: 'ORDER_CLOSED',
      status: 409,
      title: 'The order is closed',
      expose: true,
    })
  })

  it('recognises its own by code, also detached and across copies', () => {
    const { is } = OrderClosed
    const copy = defineError('ORDER_CLOSED', { status: 409, title: 'The order is closed' })
    expect([new OrderClosed(), new copy(), new Error('x'), null].filter(is)).toHaveLength(2)
  })

  it('exposes by status unless told', () => {
    expect(new (defineError('A', { status: 500, title: 'a' }))().expose).toBe(false)
    expect(new (defineError('A', { status: 503, title: 'a', expose: true }))().expose).toBe(true)
    expect(new (defineError('A', { status: 404, title: 'a', expose: false }))().expose).toBe(false)
  })

  it.each([
    'order_closed',
    'ORDER-CLOSED',
    'ORDER__CLOSED',
    '_ORDER',
    'ORDER_',
    '',
    '1ORDER',
    'ERR_CORE_MINE',
    'UNEXPECTED',
    7 as never,
    7n as never,
    undefined as never,
  ])('refuses the code %s', (code) => {
    expect(() => defineError(code, { status: 409, title: 'x' })).toThrow(SetupError)
  })

  it('allows the codes of other packages', () => {
    expect(defineError('ERR_AUTH_EXPIRED', { status: 401, title: 'x' }).code).toBe('ERR_AUTH_EXPIRED')
  })

  it.each([200, 399, 600, 404.5, Number.NaN, '404' as never, undefined as never])(
    'refuses the status %s',
    (status) => {
      expect(() => defineError('A', { status, title: 'x' })).toThrow(/not an HTTP error status.*400 to 599/)
    },
  )

  it('refuses details that no client would see', () => {
    expect(() => defineError('A', { status: 500, title: 'x', details: t.String() })).toThrow(/expose: true/)
    expect(() =>
      defineError('A', { status: 500, title: 'x', details: t.String(), expose: true }),
    ).not.toThrow()
  })

  it.each([
    ['null', null],
    ['3', 3],
    ['a text', 'left'],
    ['a list', [t.Integer()]],
    ['an object', { left: t.Integer() }],
    ['the function String', String],
  ])('refuses %s as the schema of details, by which nobody could hold them', (what, details) => {
    const define = () => defineError('A', { status: 409, title: 'x', details: details as never })
    expect(define).toThrow(`The details are ${what}, which is not a schema.`)
  })

  it('tells all mistakes of a definition at once', () => {
    const define = () => defineError('a', { status: 1, title: ' ' })
    expect(define).toThrow(SetupError)
    expect(define).toThrow(/3 problems/)
    expect(define).toThrow(/ERR_CORE_ERROR_DEFINITION/)
  })
})
