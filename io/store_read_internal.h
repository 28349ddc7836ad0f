/* Parts of the store's reader, one call a part; each sets its members of the info, of which the dimensions are known. */
#ifndef QH_IO_STORE_READ_INTERNAL_H
#define QH_IO_STORE_READ_INTERNAL_H

#include "io/hdf5_read_internal.h"
#include "io/store.h"
#include "model/lang.h"

/* Where things are. The network comes first: all others name its reaches. */
void qh_store_read_network(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_places(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_sections(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_sources(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_routes(qh_h5_reader *r, qh_store_info *info);

/* Who takes water. Withdrawals come after the releases, to whose days they belong. */
void qh_store_read_stations(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_releases(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_withdrawals(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_takes(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_transfers(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_moved(qh_h5_reader *r, qh_store_info *info);

/* Reservoirs, and what each held day by day. */
void qh_store_read_reservoirs(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_storage(qh_h5_reader *r, qh_store_info *info);

/* What came of it. */
void qh_store_read_messages(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_statistics(qh_h5_reader *r, qh_store_info *info);
void qh_store_read_budget(qh_h5_reader *r, qh_store_info *info);

#endif
