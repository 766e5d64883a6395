import {
  Injectable,
  SetMetadata,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { JwtService } from '@nestjs/jwt'
import type { FastifyRequest } from 'fastify'
import type { Claims } from '../../domain/security.ts'

type UserRequest = FastifyRequest & { user: Claims }

export const Roles = (...roles: string[]): ReturnType<typeof SetMetadata> => SetMetadata('roles', roles)

@Injectable()
export class AuthGuard implements CanActivate {
  readonly #jwt: JwtService

  constructor(jwt: JwtService) {
    this.#jwt = jwt
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<UserRequest>()
    const [type, token] = request.headers.authorization?.split(' ') ?? []
    if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException()
    try {
      request.user = await this.#jwt.verifyAsync<Claims>(token)
    } catch {
      throw new UnauthorizedException()
    }
    return true
  }
}

@Injectable()
export class RolesGuard implements CanActivate {
  readonly #reflector: Reflector

  constructor(reflector: Reflector) {
    this.#reflector = reflector
  }

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()]
    const roles = this.#reflector.getAllAndOverride<string[] | undefined>('roles', targets)
    if (roles === undefined) return true
    const { user } = context.switchToHttp().getRequest<UserRequest>()
    return roles.some((role) => user.roles.includes(role))
  }
}
