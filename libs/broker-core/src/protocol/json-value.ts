/** What JSON can say. Objects come from strangers: read them with json-shape.ts, which looks at own properties only. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };
