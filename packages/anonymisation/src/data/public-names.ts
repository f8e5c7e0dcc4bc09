/**
 * People and movements of public record by whose names practitioners look for learning: influencers, attackers, organisations, children whose
 * deaths were reviewed in public. Only the whole name counts: "Andrew Tate" may be searched for, "Andrew" may not. Folded; several words are joined
 * by an underscore.
 */
export const publicNames = `andrew_tate tristan_tate tate tommy_robinson stephen_yaxley-lennon yaxley-lennon yaxley_lennon nick_griffin
nick_fuentes jordan_peterson joe_rogan alex_jones ben_shapiro sneako hamza_ahmed elon_musk donald_trump trump nigel_farage farage greta_thunberg
george_floyd charlie_kirk anjem_choudary choudary abu_hamza anwar_al-awlaki al-awlaki awlaki osama_bin_laden bin_laden abdullah_al-faisal
zakir_naik mohammed_hijab ali_dawah shamima_begum jihadi_john jihadi_jack anders_breivik anders_behring_breivik breivik brenton_tarrant tarrant
elliot_rodger elliot_rodgers jake_davison dylann_roof payton_gendron patrick_crusius thomas_mair jo_cox david_amess darren_osborne david_copeland
salman_abedi khairi_saadallah usman_khan axel_rudakubana rudakubana ali_harbi_ali lee_rigby dylan_klebold klebold eric_harris adam_lanza
ted_kaczynski kaczynski unabomber timothy_mcveigh adolf_hitler hitler heinrich_himmler mussolini stalin oswald_mosley enoch_powell
savitri_devi boko_haram al-shabaab al_shabaab hizb_ut-tahrir hizb_ut_tahrir al-muhajiroun al_muhajiroun hamas hezbollah ku_klux_klan mein_kampf new_ira turner_diaries hustlers_university andrew_tate_hustlers_university taliban haqqani
wagner azov columbine victoria_climbie climbie baby_p peter_connelly daniel_pelka arthur_labinjo-hughes star_hobson sara_sharif
eileen_munro munro laming josh_macalister macalister gillick fraser munby william_shawcross shawcross david_anderson fred_rogers
michelle_obama malala martin_luther_king nelson_mandela rosa_parks`;
