import { changeStorage } from './change-storage/endpoint.ts';
import { createStorage } from './create-storage/endpoint.ts';
import { deleteStorage } from './delete-storage/endpoint.ts';
import { getStorage } from './get-storage/endpoint.ts';
import { listStorages } from './list-storages/endpoint.ts';

export const endpoints = [createStorage, getStorage, listStorages, changeStorage, deleteStorage] as const;
