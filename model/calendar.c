/* Dates and numbers of days.
 *
 * Years begin on 1 March here, so that the leap day comes last, and are counted in eras of 400 years = 146,097 days. */
#include "model/calendar.h"

enum { DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

int64_t qh_day_number(qh_date date) {
    const int64_t year = date.year - (date.month <= 2);
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - DAYS_TO_1970;
}

qh_date qh_day_date(int64_t day) {
    const int64_t days = day + DAYS_TO_1970;
    const int64_t era = (days >= 0 ? days : days - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA;
    const int64_t day_of_era = days - era * DAYS_OF_ERA;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const int month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    return (qh_date){.year = year_of_era + era * 400 + (month <= 2),
                     .month = month,
                     .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

int qh_days_in_month(int64_t year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const _Bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}
