// W2's input and output as NestJS documents them: classes with class-validator and class-transformer.
import { Exclude, Expose, Transform, Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator'

export class OrderQuery {
  @IsBoolean()
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)))
  dryRun = false
}

class CustomerDto {
  @IsString()
  @Length(1, 80)
  name!: string

  @IsEmail()
  email!: string
}

class AddressDto {
  @IsString()
  @Length(1, 120)
  street!: string

  @IsString()
  @Length(1, 80)
  city!: string

  @Matches(/^[0-9A-Z -]{3,10}$/)
  zip!: string

  @Matches(/^[A-Z]{2}$/)
  country!: string
}

class OrderItemDto {
  @Matches(/^[A-Z]{4}-[0-9]{4}$/)
  sku!: string

  @IsString()
  @Length(1, 80)
  name!: string

  @IsInt()
  @Min(1)
  @Max(1000)
  quantity!: number

  @IsNumber()
  @Min(0)
  unitPrice!: number
}

export class OrderBody {
  @ValidateNested()
  @Type(() => CustomerDto)
  customer!: CustomerDto

  @ValidateNested()
  @Type(() => AddressDto)
  shipTo!: AddressDto

  @IsIn(['EUR', 'USD', 'GBP'])
  currency!: 'EUR' | 'USD' | 'GBP'

  @IsString()
  @MaxLength(200)
  @IsOptional()
  note?: string

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => OrderItemDto)
  items!: OrderItemDto[]
}

class OrderLineEntity {
  @Exclude()
  costPrice!: number
}

/** What ClassSerializerInterceptor answers: the record without its internal fields. */
export class OrderEntity {
  @Exclude()
  riskScore!: number

  @Expose()
  @Type(() => OrderLineEntity)
  items!: OrderLineEntity[]

  constructor(order: object) {
    Object.assign(this, order)
    this.items = this.items.map((item) => Object.assign(new OrderLineEntity(), item))
  }
}
