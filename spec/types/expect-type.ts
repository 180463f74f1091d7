/** True if the types are the same, not only assignable to each other. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if `value` has exactly the type `T`: `expectTypeOf(x).is<T>()`. Never run. */
export declare function expectTypeOf<A>(value: A): { is<B>(...same: Equal<A, B> extends true ? [] : [never]): void };

declare const any: any;
declare const number: number;

expectTypeOf(number).is<number>();
// @ts-expect-error another type
expectTypeOf(number).is<string>();
// @ts-expect-error another type
expectTypeOf(number).is<number | string>();
// @ts-expect-error another type
expectTypeOf(number as number | string).is<number>();
// @ts-expect-error any is not the same as another type
expectTypeOf(number).is<any>();
// @ts-expect-error any is not the same as another type
expectTypeOf(any).is<number>();
// @ts-expect-error any is not the same as another type
expectTypeOf(any).is<unknown>();
