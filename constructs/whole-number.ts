import { InputError } from './errors';

/** A whole number that is not below `least`, of a unit where there is one. */
export function checkedWholeNumber(where: string, what: string, value: number, least: number, unit?: string): number {
  if (!Number.isInteger(value) || value < least) {
    const wanted = unit === undefined ? 'a whole number' : `a whole number of ${unit}`;
    throw new InputError(where, `${what} ${value}`, `write ${wanted} from ${least}`);
  }
  return value;
}
