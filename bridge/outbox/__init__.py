"""Receipt files waiting for upload: what an ERP or a till drops into a folder."""
