import type { Construct, IConstruct } from 'constructs';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import { HARDENING_CHECKS, isHardeningCheckId, type HardeningCheckId } from './checks';

/** A check, and why it need not hold. */
export interface HardeningExceptionProps {
  /** Number of the check, such as "CIS-5.13". */
  readonly check: HardeningCheckId;
  /** Why it need not hold here, as a sentence for whoever reviews it: 20 characters or more. */
  readonly reason: string;
}

/** Letters below which a reason says nothing. */
const SHORTEST_REASON = 20;

const EXCEPTIONS = new WeakMap<IConstruct, HardeningException[]>();

/**
 * A check that need not hold for the containers of a construct, and why. One that no container needs is refused at synth:
 * it would only hide what comes later.
 */
export class HardeningException {
  /** For the containers in `scope`, or for the one that `scope` is. Refused: a scope outside an Environment, and one check twice. */
  public static of(scope: Construct, props: HardeningExceptionProps): HardeningException {
    const { check, reason } = props;
    const where = scope.node.path;
    // Elsewhere nobody looks at it.
    Environment.of(scope);
    if (!isHardeningCheckId(check)) {
      throw new InputError(
        where,
        `an exception of ${quoted(String(check))}, which is no check`,
        `write one of ${Object.keys(HARDENING_CHECKS).join(', ')}`,
      );
    }
    if (reason.trim().length < SHORTEST_REASON) {
      throw new InputError(
        where,
        `the reason ${quoted(reason)} for an exception of ${check}`,
        'write a sentence that says why the check need not hold here',
      );
    }
    const exceptions = EXCEPTIONS.get(scope) ?? [];
    if (exceptions.some((other) => other.check === check)) {
      throw new InputError(where, `two exceptions of ${check}`, 'leave one of them out');
    }
    const exception = new HardeningException(scope, check, reason);
    EXCEPTIONS.set(scope, [...exceptions, exception]);
    return exception;
  }

  /** Those of a construct itself. */
  public static at(scope: IConstruct): readonly HardeningException[] {
    return EXCEPTIONS.get(scope) ?? [];
  }

  private constructor(
    /** Whose containers it is for. */
    public readonly scope: IConstruct,
    /** Number of the check. */
    public readonly check: HardeningCheckId,
    /** Why it need not hold. */
    public readonly reason: string,
  ) {}
}
