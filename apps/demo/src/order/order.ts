/** An order, with its amount as a text so that no cent is lost. */
export class Order {
  constructor(
    readonly orderNo: string,
    readonly amount: string,
  ) {}
}
