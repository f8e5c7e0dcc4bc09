/**
 * Words that carry grammar and not meaning, with the contractions that people type. Negations are here too: the
 * phrases in which they matter ("no further action", "won't let us in") are recognised as concepts before words are dropped.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `a about above after again against all also although always am among an and another any anybody anyone anything are
  aren't around as at be became because become becomes been before being below between both but by came can can't cannot
  come could couldn't did didn't do does doesn't doing don't done down due during each either else etc ever every everyone
  everything for from further get gets getting give given gives go goes going gone got had hadn't has hasn't have haven't
  having he he'd he'll he's her here here's hers herself him himself his how how's however i i'd i'll i'm i've if in
  instead into is isn't it it'd it'll it's its itself just keep keeps kept let let's like made make makes making many may
  maybe me might mine more most much must mustn't my myself near neither never no nobody nor not nothing now of off often
  on once one only onto or other others ought our ours ourselves out over own per perhaps please put quite rather really
  said same say says shall shan't she she'd she'll she's should shouldn't since so some somebody someone something
  sometimes still such take taken takes tell than that that's the their theirs them themselves then there there's
  therefore these they they'd they'll they're they've thing things this those though through thus till to together too
  toward towards under until up upon us use used uses using very via want wants was wasn't way we we'd we'll we're we've
  well went were weren't what what's whatever when when's where where's whether which while who who's whoever whom whose
  why why's will with within without won't would wouldn't yet you you'd you'll you're you've your yours yourself
  yourselves`
    .split(/\s+/)
    .map((word) => word.replaceAll("'", '')),
);
