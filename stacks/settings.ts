import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, quoted } from '../constructs/errors';
import { readBitbucketSettings, type BitbucketSettings } from './bitbucket-settings';
import { readStateBackend, type StateBackend } from './state-backend';

/** The checkout, wherever the command was started. */
export const PROJECT = resolve(__dirname, '..');

/** What a named environment keeps from its first deploy on, so that it stays where it is. */
export interface Reservation {
  /** Added to every published port. */
  readonly portOffset: number;
  /** First pair of subnets; each stack takes one from here on. */
  readonly subnetSlot: number;
}

/** What a deployment takes from the process environment. None of it is secret. */
export interface Settings extends Reservation {
  /** `ENVIRONMENT`; "" for the one without a name. */
  readonly environment: string;
  /** `BIND_ADDRESS`. */
  readonly bindAddress: string;
  /** `BASE_IMAGE`. */
  readonly baseImage: string;
  /** `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE`, for image builds behind a proxy that re-signs TLS. */
  readonly buildCaFile: string | undefined;
  /** `PROTECT_DATA`: "1" or "0". */
  readonly protectData: boolean;
  /** `STATE_BACKEND`. */
  readonly stateBackend: StateBackend;
  /** Undefined where there is no stack `bitbucket`. */
  readonly bitbucket: BitbucketSettings | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads and checks the settings; the same variables always give the same stacks. */
export function readSettings(variables: Variables): Settings {
  const environment = environmentName(variables);
  const kept: Reservation =
    environment === '' ? { portOffset: 0, subnetSlot: 0 } : readReservation(environment, variables);
  return {
    environment,
    portOffset: variables.PORT_OFFSET === undefined ? kept.portOffset : portOffset(variables.PORT_OFFSET),
    subnetSlot: kept.subnetSlot,
    bindAddress: variables.BIND_ADDRESS ?? '127.0.0.1',
    baseImage: variables.BASE_IMAGE ?? 'debian:trixie-slim',
    buildCaFile: variables.NODE_EXTRA_CA_CERTS ?? variables.SSL_CERT_FILE,
    protectData: protectData(variables) ?? false,
    stateBackend: readStateBackend(variables),
    bitbucket: readBitbucketSettings(variables, PROJECT),
  };
}

/** `ENVIRONMENT`, checked: it becomes part of names on the engine, of host names and of paths. */
export function environmentName(variables: Variables): string {
  const name = variables.ENVIRONMENT ?? '';
  if (name !== '' && !/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) {
    throw new InputError(
      'ENVIRONMENT',
      quoted(name),
      'write up to 30 lower-case letters, digits and hyphens, such as "pr-42"',
    );
  }
  return name;
}

/** What the names of everything that a stack has on the engine start with: `https-proxy`, or `pr-42-https-proxy`. */
export function engineName(environment: string, stack: string): string {
  return environment === '' ? stack : `${environment}-${stack}`;
}

/** Where the state of an environment is. */
export function stateFolder(environment: string): string {
  return join(PROJECT, 'state', environment);
}

/** The state of one stack. */
export function stateFile(environment: string, stack: string): string {
  return join(stateFolder(environment), `${stack}.tfstate`);
}

/** Where the reservation of an environment is kept. */
export function reservationFile(environment: string): string {
  return join(stateFolder(environment), 'environment.json');
}

/** `PROTECT_DATA`; undefined where nothing is said about it. */
export function protectData(variables: Variables): boolean | undefined {
  const text = variables.PROTECT_DATA ?? '';
  if (text !== '' && text !== '0' && text !== '1') {
    throw new InputError('PROTECT_DATA', quoted(text), 'write 1 to keep data from being destroyed, or 0');
  }
  return text === '' ? undefined : text === '1';
}

function readReservation(environment: string, variables: Variables): Reservation {
  const file = reservationFile(environment);
  if (!existsSync(file)) {
    throw new InputError(
      'ENVIRONMENT',
      `${quoted(environment)}, which has no ports reserved yet`,
      `run "ENVIRONMENT=${environment} npm run up" once${variables.PORT_OFFSET === undefined ? '' : '; PORT_OFFSET alone does not choose its networks'}`,
    );
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Reservation;
}

function portOffset(text: string): number {
  const offset = Number(text);
  if (!/^\d+$/.test(text) || offset > 55000) {
    throw new InputError('PORT_OFFSET', quoted(text), 'write a whole number from 0 to 55000');
  }
  return offset;
}
