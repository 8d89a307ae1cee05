/** Something that is not as it should be, in plain words. */
export interface Finding {
  /** damage: something is lost or wrong · note: harmless, or put right by the next start */
  readonly severity: 'damage' | 'note';
  /** `commitlog @123`, `TopicA/0 #7`, `index 2026…` */
  readonly place: string;
  readonly sentence: string;
}

const MAX_FINDINGS = 1000;

/** What a verification found: the first thousand are kept, and the rest is counted. */
export class Findings {
  readonly list: Finding[] = [];
  damagesLeftOut = 0;
  leftOut = 0;

  damage(place: string, sentence: string): void {
    this.#add({ severity: 'damage', place, sentence });
  }

  note(place: string, sentence: string): void {
    this.#add({ severity: 'note', place, sentence });
  }

  #add(finding: Finding): void {
    if (this.list.length < MAX_FINDINGS) this.list.push(finding);
    else {
      this.leftOut++;
      if (finding.severity === 'damage') this.damagesLeftOut++;
    }
  }
}
