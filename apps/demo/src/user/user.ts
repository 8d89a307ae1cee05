/** A plain class: it travels as JSON and arrives as an instance again. */
export class User {
  constructor(
    readonly name: string,
    readonly age: number,
  ) {}
}
