/* Who has set a PIN on this phone, as the screens follow it. */
import { effect, signal } from "@preact/signals";
import { account } from "../engine";
import { phone } from "../here";
import { known, type Known } from "../pins";
import { byPin } from "../ways";

export const people = signal<Known[]>([]);

/** Read anew whenever somebody comes or goes; who is asked to sign in is asked for the PIN first, if it is here. */
export function followPins(): void {
  effect(() => {
    const who = account.value?.id;
    void known(phone).then((all) => {
      people.value = all;
      byPin.value = who ? all.some((one) => one.account === who) : all.length > 0;
    });
  });
}
